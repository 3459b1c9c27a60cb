/** HTTP in, HTTP out: routes, key check, event streams. The only user of the HTTP server. */
@NullMarked
package ai.september.engine.http;

import org.jspecify.annotations.NullMarked;
