"""What is behind the API: tasks as processes, load balancers as proxies, a real PostgreSQL."""
