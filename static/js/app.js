// The one entry of the browser's modules: esbuild bundles what is imported here into static/build/app.js.

// Styles may count on scripts from here on.
document.documentElement.dataset.scripted = "yes";
