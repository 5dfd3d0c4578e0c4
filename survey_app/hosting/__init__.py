"""How a server of either side is told where to stand, started, kept and ended. It knows no answer."""
