"""Pages for analysts: policies, regions, bodies, targets, topics, calendar. All ask the register alone."""
