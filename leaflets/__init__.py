"""Printable, accessible patient leaflets, tailored to a reader, from text that a clinician can edit."""

__version__ = "0.1.0"
