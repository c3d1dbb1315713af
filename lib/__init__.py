"""The portal: rules, services, screens, commands and jobs."""
