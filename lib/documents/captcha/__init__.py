"""A captcha as a picture and as sound."""
