/** Starting and stopping a Dropwizard server inside any JVM; the admin port. */
@NullMarked
package ai.september.bap.process.server;

import org.jspecify.annotations.NullMarked;
