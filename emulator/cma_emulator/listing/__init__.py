"""How a collection is listed: filters, orders and pages."""
