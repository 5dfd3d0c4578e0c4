"""The linkage-attack suite: an attacker's best scripts against everything that can be stolen or seen."""
