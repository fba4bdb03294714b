package dev.reliability.health;

import dev.reliability.core.health.ComponentHealth;

/** Something that groups consist of. Safe for use by any thread; answers from memory. */
interface Component {

    /** How it is now. */
    ComponentHealth look();

    /** Whether its failure makes a group unhealthy, or only degraded. */
    boolean critical();
}
