"""From a request on the network to its answer: rate limit, faults, log and controls."""
