"""What a capability and a story of its own have in common: an estimated value."""

from django.db import models


class Valued(models.Model):
    """Derived from the newest estimate and from the remaining work; null means *unvalued*, never zero.

    Money is in the workspace's currency: `cost_of_delay` and its interval a week, `business_value`
    as present value over the horizon. `cd3` is cost of delay a week per remaining point.
    """

    cost_of_delay = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    cost_of_delay_low = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    cost_of_delay_high = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    business_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    cd3 = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    closure_points = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_valued(self) -> bool:
        """Whether anyone has estimated it."""
        return self.cost_of_delay is not None
