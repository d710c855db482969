// SPDX-License-Identifier: Apache-2.0
package shop;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.List;

/** What there is, and who brings more of it. */
class Stock {
    static class StockException extends RuntimeException {
        StockException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    static int count(String text) {
        // CULPRIT format format
        return Integer.parseInt(text);
    }

    static byte[] read(String path) throws IOException {
        // CULPRIT chained file
        try (FileInputStream file = new FileInputStream(path)) {
            return file.readAllBytes();
        }
    }

    static byte[] load(String path) {
        try {
            return read(path);
        } catch (IOException error) {
            throw new StockException("the shelf could not be read", error);
        }
    }

    static int weigh(int depth) {
        // CULPRIT recursion recursion
        return 1 + weigh(depth + 1);
    }

    static void sweep(List<String> shelf) {
        // CULPRIT changed assertion
        for (String name : shelf)
            if (name.equals("bolts")) shelf.remove(name);
    }

    static int ask(int port) throws IOException {
        // CULPRIT refused refused
        try (Socket line = new Socket("127.0.0.1", port)) {
            return line.getInputStream().read();
        }
    }
}
