package ai.september.bap.local.dev;

import ai.september.bap.blackbox.Client;
import ai.september.bap.blackbox.Product;

/** A verb of the crash drill, and the refusal that means it had its effect before the crash. */
enum DrillAction {
    PROVISION("ENGINE_ALREADY_EXISTS"),
    ROTATE_KEY("nothing: a rotation can always be repeated"),
    STOP("ENGINE_NOT_RUNNING"),
    START("ENGINE_ALREADY_RUNNING"),
    DESTROY("ENGINE_NOT_FOUND");

    private final String doneAlready;

    DrillAction(String doneAlready) {
        this.doneAlready = doneAlready;
    }

    Client.Reply send(Product product, String user) {
        return switch (this) {
            case PROVISION -> product.client().post("/engines/provision", Client.json("user_id", user));
            case START -> product.post(user, "start");
            case STOP -> product.post(user, "stop");
            case ROTATE_KEY -> product.post(user, "rotate-key");
            case DESTROY -> product.destroy(user);
        };
    }

    boolean isDone(Client.Reply reply) {
        return reply.status() == 200 || reply.code().equals(doneAlready);
    }

    /** Brings the user's engine into a state in which the verb has something to do. */
    void prepare(Product product, String user) {
        if (this == PROVISION) {
            DESTROY.send(product, user);
            return;
        }
        PROVISION.send(product, user);
        (this == START ? STOP : START).send(product, user);
    }
}
