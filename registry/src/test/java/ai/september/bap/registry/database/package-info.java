@NullMarked
package ai.september.bap.registry.database;

import org.jspecify.annotations.NullMarked;
