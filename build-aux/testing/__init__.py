# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of build-aux/test: builds, jobs that run side by side, and what meson and pytest say."""
