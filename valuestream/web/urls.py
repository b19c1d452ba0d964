"""The addresses of value stream maps, and of the strip on a story's page."""

from django.urls import URLPattern, URLResolver, path

from valuestream.web import (
    alert_views,
    compare_views,
    drawing_views,
    figures_views,
    forecast_views,
    items_views,
    metric_views,
    slide_views,
    views,
    what_if_views,
)
from valuestream.web.charts import views as charts

MAPS = "w/<str:workspace>/maps/"
MAP = f"{MAPS}<int:map_id>/"
FORECASTS = "w/<str:workspace>/forecasts/"
ALERT = f"{MAP}alerts/<int:alert_id>/"
METRIC = f"{MAP}custom-metrics/<int:metric_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(MAPS, views.maps, name="maps"),
    path(f"{MAPS}summary/", views.map_summary, name="map-summary"),
    path(MAP, views.map_page, name="map"),
    path(f"{MAPS}new/", drawing_views.map_new, name="map-new"),
    path(f"{MAP}edit/", drawing_views.map_edit, name="map-edit"),
    path(f"{MAP}delete/", drawing_views.map_delete, name="map-delete"),
    path(f"{MAP}versions/<int:number>/restore/", drawing_views.map_restore, name="map-restore"),
    path(f"{MAP}slide/", slide_views.map_slide, name="map-slide"),
    path(f"{MAP}compare/", compare_views.map_compare, name="map-compare"),
    path(f"{MAP}items/", items_views.map_items, name="map-items"),
    path(f"{MAP}items/export.<str:kind>", items_views.map_items_export, name="map-items-export"),
    path(f"{MAP}picture/", views.map_picture, name="map-picture"),
    path(f"{MAP}history/", views.map_history, name="map-history"),
    path(f"{MAP}evidence/", views.map_evidence, name="map-evidence"),
    path(f"{MAP}export.csv", views.map_export, name="map-export"),
    path(f"{MAP}what-if/", what_if_views.what_if, name="map-what-if"),
    path(f"{MAP}what-if/evidence/", what_if_views.what_if_evidence, name="map-what-if-evidence"),
    path(f"{MAP}what-if/past/", what_if_views.what_if_past, name="map-what-if-past"),
    path(f"{MAP}custom-metrics/", metric_views.custom_metrics, name="custom-metrics"),
    path(METRIC, metric_views.custom_metric, name="custom-metric"),
    path(f"{METRIC}delete/", metric_views.custom_metric_delete, name="custom-metric-delete"),
    path(f"{METRIC}evidence/", metric_views.custom_metric_evidence, name="custom-metric-evidence"),
    path(f"{MAP}charts/", charts.flow_charts, name="flow-charts"),
    path(f"{MAP}charts/body/", charts.flow_charts_body, name="flow-charts-body"),
    path(f"{MAP}charts/evidence/", charts.flow_evidence, name="flow-evidence"),
    path(f"{MAP}charts/export.csv", charts.flow_export, name="flow-export"),
    path(f"{MAP}alerts/", alert_views.map_alerts, name="map-alerts"),
    path(ALERT, alert_views.map_alert, name="map-alert"),
    path(f"{ALERT}delete/", alert_views.map_alert_delete, name="map-alert-delete"),
    path(f"{ALERT}mute/", alert_views.map_alert_mute, name="map-alert-mute"),
    path(f"{ALERT}test/", alert_views.map_alert_test, name="map-alert-test"),
    path(f"{ALERT}watch/", alert_views.map_alert_watch, name="map-alert-watch"),
    path("w/<str:workspace>/stories/<str:key>/flow/", views.story_flow, name="story-flow"),
    path("w/<str:workspace>/settings/figures/", figures_views.figures, name="figures"),
    path(FORECASTS, forecast_views.forecasts, name="forecasts"),
    path(f"{FORECASTS}answer/", forecast_views.forecast_answer, name="forecast-answer"),
    path(f"{FORECASTS}evidence/", forecast_views.forecast_evidence, name="forecast-evidence"),
    path(f"{FORECASTS}export.csv", forecast_views.forecast_export, name="forecast-export"),
    path(f"{FORECASTS}keep/", forecast_views.forecast_keep, name="forecast-keep"),
    path(
        "w/<str:workspace>/capabilities/<str:key>/forecast/",
        forecast_views.capability_forecast,
        name="capability-forecast",
    ),
]
