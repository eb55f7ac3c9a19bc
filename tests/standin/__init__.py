"""A stand-in for Stripe: a small stateful HTTP server that the real `stripe` library talks to."""

from tests.standin.server import Request, Standin
from tests.standin.world import Impossible

__all__ = ["Impossible", "Request", "Standin"]
