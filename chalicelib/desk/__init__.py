"""The desk: what happens with an event. Pure: no clock, no network, no AWS."""
