"""A whole machine: a disk with the package on it, booted by an emulated computer, and watched from outside of it."""
