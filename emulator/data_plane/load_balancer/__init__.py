"""Application Load Balancers as a proxy on this machine, in a process of its own.

Left out: HTTPS listeners and HTTP/2, authentication and WAF, slow start, algorithms other than
round robin, stickiness by an application's cookie and of weighted target groups, methods that HTTP
has not, and header values that are no UTF-8. Requests that AWS calls ambiguous are refused in every
desync mitigation mode.
"""
