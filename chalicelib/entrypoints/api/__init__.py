"""`/api/…`: the JSON API. Each route's function is imported when it is first asked for."""

from collections.abc import Callable

from chalice import Blueprint, Response

from chalicelib.api.routes import ROUTES, Route

api = Blueprint(__name__)

ANY_CONTENT = ["*/*"]
"""What isn't JSON is refused in our own words."""


def _register(route: Route) -> None:
    view = _view(route)
    view.__name__ = route.operation_id
    api.route(route.path, methods=[route.method], content_types=ANY_CONTENT)(view)


def _view(route: Route) -> Callable[..., Response]:
    def view(**captured: str) -> Response:
        from chalicelib.entrypoints.api.door import answer

        return answer(route, api.current_request, captured)

    return view


for _route in ROUTES:
    _register(_route)
