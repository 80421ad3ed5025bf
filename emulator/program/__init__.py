"""A Pulumi program under Pulumi's mocks: evaluated, as a graph, and deployed."""
