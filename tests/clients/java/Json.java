import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON in and out with maps, lists, strings, numbers: Java has none, and a test client should need no further library. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object read(String text) {
        return new Json(text).value();
    }

    private char next() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }

    private boolean takes(char wanted) {
        boolean there = next() == wanted;
        if (there) {
            at++;
        }
        return there;
    }

    private void expect(char wanted) {
        if (!takes(wanted)) {
            throw new IllegalArgumentException("JSON: no " + wanted + " at " + at);
        }
    }

    private Object value() {
        switch (next()) {
            case '{': return object();
            case '[': return array();
            case '"': return string();
            default: return number();
        }
    }

    private Map<String, Object> object() {
        Map<String, Object> found = new LinkedHashMap<>();
        expect('{');
        while (!takes('}')) {
            next();
            String name = string();
            expect(':');
            found.put(name, value());
            takes(',');
        }
        return found;
    }

    private List<Object> array() {
        List<Object> found = new ArrayList<>();
        expect('[');
        while (!takes(']')) {
            found.add(value());
            takes(',');
        }
        return found;
    }

    private String string() {
        StringBuilder found = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\') {
                throw new IllegalArgumentException("JSON: escapes are not read here");
            }
            found.append(text.charAt(at));
        }
        at++;
        return found.toString();
    }

    private Integer number() {
        int from = at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        return Integer.valueOf(text.substring(from, at));
    }

    static String write(Object value) {
        if (value instanceof Map) {
            List<String> parts = new ArrayList<>();
            ((Map<?, ?>) value).forEach((name, member) -> parts.add(quote(name.toString()) + ":" + write(member)));
            return "{" + String.join(",", parts) + "}";
        }
        if (value instanceof List) {
            List<String> parts = new ArrayList<>();
            ((List<?>) value).forEach(member -> parts.add(write(member)));
            return "[" + String.join(",", parts) + "]";
        }
        return value == null || value instanceof Number ? String.valueOf(value) : quote(value.toString());
    }

    private static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
