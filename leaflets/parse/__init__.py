"""Texts to a Workspace. Every file is read before anything stops, and every problem is kept."""

from leaflets.parse.workspace import parse

__all__ = ["parse"]
