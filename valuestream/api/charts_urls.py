"""The addresses of flow charts in the API."""

from django.urls import URLPattern, path

from valuestream.api import charts

MAP = "maps/<int:map_id>/"

urlpatterns: list[URLPattern] = [
    path(f"{MAP}cfd/", charts.MapCfd.as_view(), name="api-map-cfd"),
    path(f"{MAP}ageing/", charts.MapAgeing.as_view(), name="api-map-ageing"),
    path(f"{MAP}rework/", charts.MapRework.as_view(), name="api-map-rework"),
    path(f"{MAP}cycle-times/", charts.MapCycleTimes.as_view(), name="api-map-cycle-times"),
    path(f"{MAP}throughput/", charts.MapThroughput.as_view(), name="api-map-throughput"),
    path(f"{MAP}work-mix/", charts.MapWorkMix.as_view(), name="api-map-work-mix"),
    path(f"{MAP}series/", charts.MapSeries.as_view(), name="api-map-series"),
]
