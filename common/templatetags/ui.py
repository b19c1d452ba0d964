"""Template tags that know how Millrace shows money, durations, people and icons."""

from django import template

register = template.Library()
