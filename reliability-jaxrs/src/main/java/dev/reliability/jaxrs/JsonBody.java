package dev.reliability.jaxrs;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** A body of our contract; it writes itself, as nobody else may have a say in how it looks. */
interface JsonBody {
    void writeTo(JsonGenerator json) throws IOException;
}
