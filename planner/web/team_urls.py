"""The addresses of teams and their people."""

from django.urls import URLPattern, URLResolver, path

from planner.web.views.team_people import team_leave, team_leave_add, team_member, team_member_add, team_skill
from planner.web.views.teams import team, team_evidence, teams

TEAMS = "w/<str:workspace>/teams/"
TEAM = f"{TEAMS}<int:team>/"
MEMBER = f"{TEAM}members/<int:member>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(TEAMS, teams, name="teams"),
    path(TEAM, team, name="team"),
    path(f"{TEAM}evidence/", team_evidence, name="team-evidence"),
    path(f"{TEAM}members/", team_member_add, name="team-member-add"),
    path(MEMBER, team_member, name="team-member"),
    path(f"{MEMBER}skills/", team_skill, name="team-skill"),
    path(f"{TEAM}leaves/", team_leave_add, name="team-leave-add"),
    path(f"{TEAM}leaves/<int:leave>/", team_leave, name="team-leave"),
]
