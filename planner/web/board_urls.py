"""The addresses of Kanban boards."""

from django.urls import URLPattern, URLResolver, path

from planner.web.views.boards import board_columns, board_delete, board_edit, board_new, board_restore, boards
from planner.web.views.kanban import board, board_cards, board_fresh, board_move, board_undo

BOARDS = "w/<str:workspace>/boards/"
BOARD = f"{BOARDS}<int:board>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(BOARDS, boards, name="boards"),
    path(f"{BOARDS}new/", board_new, name="board-new"),
    path(f"{BOARDS}restore/", board_restore, name="board-restore"),
    path(BOARD, board, name="board"),
    path(f"{BOARD}fresh/", board_fresh, name="board-fresh"),
    path(f"{BOARD}cards/", board_cards, name="board-cards"),
    path(f"{BOARD}move/", board_move, name="board-move"),
    path(f"{BOARD}undo/", board_undo, name="board-undo"),
    path(f"{BOARD}edit/", board_edit, name="board-edit"),
    path(f"{BOARD}columns/", board_columns, name="board-columns"),
    path(f"{BOARD}delete/", board_delete, name="board-delete"),
]
