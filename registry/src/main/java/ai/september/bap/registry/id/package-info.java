/** Ids and names as types, from the URL to the SQL bind. Every constructor validates and names the legal form. */
@NullMarked
package ai.september.bap.registry.id;

import org.jspecify.annotations.NullMarked;
