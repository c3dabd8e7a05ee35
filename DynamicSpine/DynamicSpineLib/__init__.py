"""DynamicSpine: measurements on positional (dynamic) spine MRI. For research use."""

__version__ = "0.1.0"
