/** The description of the HTTP interface, made from its code: OpenAPI, and a page to read it. */
@NullMarked
package ai.september.bap.api.openapi;

import org.jspecify.annotations.NullMarked;
