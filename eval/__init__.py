"""Measurements. Import from the submodules (`from eval.x import y`): the package name shadows a builtin."""
