package ai.september.bap.registry.erasure;

import ai.september.bap.registry.id.ProductId;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on erasures of whole products, one a method. */
public interface ProductErasureDao {

    /** Begins, or begins again. */
    @SqlUpdate("""
            INSERT INTO product_erasures (product_id, asked_at, due_at)
            VALUES (:productId, statement_timestamp(), statement_timestamp())
            ON CONFLICT (product_id) DO UPDATE
                SET asked_at = excluded.asked_at, due_at = excluded.due_at, after_user = ''
            """)
    void ask(ProductId productId);

    /** The one that has been due for longest, for the transaction alone. */
    @SqlQuery("""
            SELECT product_id, asked_at, after_user, asked_at + :late <= statement_timestamp() AS late_over
            FROM product_erasures WHERE due_at <= statement_timestamp()
            ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """)
    Optional<ProductErasure> claim(Duration late);

    /**
     * Asks for the erasure of the next users, each found by one look into an index. One that is under way goes on under its
     * token, up to the later of the two times.
     *
     * @return the last name, where there may be others after it
     */
    @SqlQuery("""
            WITH RECURSIVE names (user_id, place) AS (
                SELECT :e.afterUser::text COLLATE "C", 0
                UNION ALL
                SELECT least(
                    (SELECT min(user_id) FROM audit_log WHERE product_id = :e.productId AND user_id > names.user_id),
                    (SELECT min(user_id) FROM operations WHERE product_id = :e.productId AND user_id > names.user_id)),
                    place + 1
                FROM names WHERE user_id IS NOT NULL AND place < :limit),
            asked AS (
                INSERT INTO erasures AS known (product_id, user_id, token, asked_at, due_at)
                SELECT :e.productId, user_id, 'erased-' || gen_random_uuid(), :e.askedAt, statement_timestamp()
                FROM names WHERE place > 0 AND user_id IS NOT NULL AND user_id !~ '^erased-[0-9a-f-]{36}$'
                ON CONFLICT (product_id, user_id) DO UPDATE
                    SET asked_at = excluded.asked_at, due_at = excluded.due_at, after_id = 0
                    WHERE known.asked_at < excluded.asked_at)
            SELECT max(user_id) FROM names WHERE place = :limit
            """)
    Optional<String> askForUsers(@BindMethods("e") ProductErasure erasure, int limit);

    /** Has the pass go on; others have their turn before. */
    @SqlUpdate("""
            UPDATE product_erasures SET after_user = :afterUser, due_at = clock_timestamp() WHERE product_id = :productId
            """)
    void goOn(ProductId productId, String afterUser);

    /** Has another pass begin once nothing comes late any more. */
    @SqlUpdate("""
            UPDATE product_erasures SET after_user = '', due_at = greatest(asked_at + :late, clock_timestamp())
            WHERE product_id = :productId
            """)
    void passAgain(ProductId productId, Duration late);

    @SqlUpdate("DELETE FROM product_erasures WHERE product_id = :productId")
    void end(ProductId productId);
}
