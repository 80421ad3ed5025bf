"""What several tests share: samples, the plugin, a clean shell, what moto holds put aside."""
