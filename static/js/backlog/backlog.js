/** The backlog page. */
export function start() {}
