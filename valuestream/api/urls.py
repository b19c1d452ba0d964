"""The addresses of the valuestream api."""

from django.urls import URLPattern, URLResolver, path

from valuestream.api import charts_urls
from valuestream.api.alert_views import AlertDetail, AlertList, AlertTest, FiringList
from valuestream.api.compare import MapComparison
from valuestream.api.drawing_views import MapDrawing, MapVersionList, MapVersionRestore
from valuestream.api.forecasts import ForecastDetail, ForecastList, ForecastNow
from valuestream.api.items import MapItems
from valuestream.api.metric_views import CustomMetricDetail, CustomMetricList
from valuestream.api.rebuild_views import RebuildDetail, RebuildList
from valuestream.api.views import MapDetail, MapList, MapMetrics
from valuestream.api.what_if import MapWhatIf

urlpatterns: list[URLPattern | URLResolver] = [
    path("maps/", MapList.as_view(), name="api-maps"),
    path("maps/<int:map_id>/", MapDetail.as_view(), name="api-map"),
    path("maps/<int:map_id>/compare/", MapComparison.as_view(), name="api-map-compare"),
    path("maps/<int:map_id>/items/", MapItems.as_view(), name="api-map-items"),
    path("maps/<int:map_id>/drawing/", MapDrawing.as_view(), name="api-map-drawing"),
    path("maps/<int:map_id>/versions/", MapVersionList.as_view(), name="api-map-versions"),
    path(
        "maps/<int:map_id>/versions/<int:number>/restore/", MapVersionRestore.as_view(), name="api-map-version-restore"
    ),
    path("maps/<int:map_id>/metrics/", MapMetrics.as_view(), name="api-map-metrics"),
    path("maps/<int:map_id>/what-if/", MapWhatIf.as_view(), name="api-map-what-if"),
    path("maps/<int:map_id>/alerts/", AlertList.as_view(), name="api-map-alerts"),
    path("maps/<int:map_id>/alerts/firings/", FiringList.as_view(), name="api-map-alert-firings"),
    path("maps/<int:map_id>/alerts/<int:alert_id>/", AlertDetail.as_view(), name="api-map-alert"),
    path("maps/<int:map_id>/alerts/<int:alert_id>/test/", AlertTest.as_view(), name="api-map-alert-test"),
    path("maps/<int:map_id>/custom-metrics/", CustomMetricList.as_view(), name="api-custom-metrics"),
    path("maps/<int:map_id>/custom-metrics/<int:metric_id>/", CustomMetricDetail.as_view(), name="api-custom-metric"),
    *charts_urls.urlpatterns,
    path("rebuilds/", RebuildList.as_view(), name="api-rebuilds"),
    path("rebuilds/<int:rebuild_id>/", RebuildDetail.as_view(), name="api-rebuild"),
    path("forecasts/", ForecastList.as_view(), name="api-forecasts"),
    path("forecasts/now/", ForecastNow.as_view(), name="api-forecast-now"),
    path("forecasts/<int:forecast_id>/", ForecastDetail.as_view(), name="api-forecast"),
]
