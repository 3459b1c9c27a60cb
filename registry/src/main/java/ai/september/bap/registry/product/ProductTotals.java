package ai.september.bap.registry.product;

/**
 * A product's figures.
 *
 * @param provisions1h engines that reached running by a provision in the last hour
 * @param crashes1h transitions to failed in the last hour
 * @param restarts1h automatic restarts attempted in the last hour
 * @param avgBootMs mean boot time of the last 100 provisions, in milliseconds; 0 when there were none
 * @param totalProvisions provisions that reached running, ever
 * @param totalDestroys engines destroyed, ever
 */
public record ProductTotals(
        long provisions1h, long crashes1h, long restarts1h, int avgBootMs, long totalProvisions, long totalDestroys) {}
