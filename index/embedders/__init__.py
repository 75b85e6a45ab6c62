"""Text to vectors, one file for each runtime."""

import os

# onnxruntime from 1.29 on reports every model it loads to its maker, and keeps an id of the machine in the home folder,
# unless it finds this variable when it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
