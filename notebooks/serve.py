"""Starts Jupyter for make notebooks. Pages in Markdown, to which the notebooks have links, are
sent as text in UTF-8; without that the browser would guess, and show no Chinese."""

import mimetypes
import runpy

mimetypes.add_type("text/plain; charset=UTF-8", ".md")
runpy.run_module("notebook", run_name="__main__", alter_sys=True)
