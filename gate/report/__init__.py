"""Renderers: pure functions of a finished report. `renderers.py` names them."""
