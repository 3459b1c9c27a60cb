/** One config.yml for all processes, read strictly: every problem is found before anything starts. */
@NullMarked
package ai.september.bap.process.configuration;

import org.jspecify.annotations.NullMarked;
