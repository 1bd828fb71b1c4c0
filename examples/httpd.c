/*
 * httpd - a small file server for HTTP/1.0 and 1.1. One process, one select() loop, non-blocking
 * sockets, and nothing in it about WebAssembly: it is what the library is for.
 *
 *     httpd [-a address] [-p port] [-t seconds] [folder]
 *
 * GET and HEAD of files, index.html, a listing for other folders, persistent connections.
 * Port 0 lets the system choose; the address in use is the first line of the log, on stderr.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_CLIENTS 256
#define MAX_REQUEST 8192
#define CHUNK 65536

struct client {
    int fd;
    char peer[32];
    time_t active;              /* of the last byte in or out */
    char request[MAX_REQUEST + 1];
    size_t got;
    int answering;              /* the request is complete */
    int head;                   /* it asks for the header alone */
    int keep;                   /* another request may follow */
    char *out;                  /* header and page, then the file piece by piece */
    size_t len, sent;
    int file;                   /* the file to send after the header, or -1 */
    off_t left;                 /* bytes of it that were promised and not read yet */
};

static struct client *clients[MAX_CLIENTS];
static const char *root = ".";
static int idle_seconds = 30;
static volatile sig_atomic_t stop;

static void on_signal(int number) { (void)number; stop = 1; }

/* Writes `name` as part of a link (`in_url`) or as text, so that nothing in it is markup. */
static void put_quoted(FILE *to, const char *name, int in_url) {
    for (; *name; name++) {
        unsigned char ch = (unsigned char)*name;
        if (isalnum(ch) || strchr("-._~/", ch)) putc(ch, to);
        else if (in_url) fprintf(to, "%%%02X", ch);
        else if (strchr("<>&\"'", ch)) fprintf(to, "&#%d;", ch);
        else putc(ch, to);
    }
}

static const char *mime_type(const char *path) {
    static const char *const types[][2] = {
        {".html", "text/html"}, {".txt", "text/plain"}, {".c", "text/plain"},
        {".css", "text/css"},   {".js", "text/javascript"}, {".wasm", "application/wasm"},
        {".gif", "image/gif"},  {".jpg", "image/jpeg"}, {".png", "image/png"},
    };
    const char *dot = strrchr(path, '.');
    size_t i;
    for (i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (!strcasecmp(dot, types[i][0])) return types[i][1];
    return "application/octet-stream";
}

/* Answers with a header, and a page unless there is none or the header alone is wanted. `more` is
   further header lines. Without memory for it nothing is sent, and the connection ends. */
static void answer(struct client *c, const char *status, const char *type, long long length,
                   const char *more, const char *page) {
    char date[64];
    time_t now = time(NULL);
    FILE *to;
    free(c->out);
    c->out = NULL;
    c->len = c->sent = 0;
    if (!(to = open_memstream(&c->out, &c->len))) return;
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
    fprintf(to, "HTTP/1.1 %s\r\nDate: %s\r\nServer: httpd\r\nContent-Type: %s\r\n", status, date, type);
    fprintf(to, "Content-Length: %lld\r\nConnection: %s\r\n%s\r\n", length,
            c->keep ? "keep-alive" : "close", more);
    if (page && !c->head) fputs(page, to);
    fclose(to);
}

static void error_page(struct client *c, const char *status, const char *more) {
    char page[256];
    snprintf(page, sizeof page, "<!doctype html><title>%.3s</title><h1>%s</h1>\n", status, status);
    answer(c, status, "text/html", (long long)strlen(page), more, page);
}

static void redirect(struct client *c, const char *url) {
    char *line = NULL;
    size_t len;
    FILE *to = open_memstream(&line, &len);
    if (!to) return;
    fputs("Location: ", to);
    put_quoted(to, url, 1);
    fputs("/\r\n", to);
    fclose(to);
    error_page(c, "301 Moved Permanently", line);
    free(line);
}

static void list_folder(struct client *c, const char *path, const char *url) {
    char *page = NULL;
    size_t len;
    struct dirent *entry;
    FILE *to;
    DIR *dir = opendir(path);
    if (!dir) {
        error_page(c, "403 Forbidden", "");
        return;
    }
    if ((to = open_memstream(&page, &len)) != NULL) {
        fputs("<!doctype html><title>Index of ", to);
        put_quoted(to, url, 0);
        fprintf(to, "</title><ul>\n%s", url[1] ? "<li><a href=\"..\">..</a>\n" : "");
        while ((entry = readdir(dir)) != NULL) {
            if (entry->d_name[0] == '.') continue;
            fputs("<li><a href=\"./", to);
            put_quoted(to, entry->d_name, 1);
            fputs("\">", to);
            put_quoted(to, entry->d_name, 0);
            fputs("</a>\n", to);
        }
        fputs("</ul>\n", to);
        fclose(to);
        answer(c, "200 OK", "text/html; charset=utf-8", (long long)len, "", page);
        free(page);
    }
    closedir(dir);
}

/* Undoes %XX in place. Returns -1 for malformed ones, for control characters, and for a part `..`,
   which would climb out of the folder. */
static int decode_path(char *path) {
    char *from = path, *to = path, *part;
    for (; *from && *from != '?' && *from != '#'; *to++ = *from++) {
        if (*from == '%') {
            char hex[3] = {from[1], from[1] ? from[2] : 0, 0};
            if (!isxdigit((unsigned char)hex[0]) || !isxdigit((unsigned char)hex[1])) return -1;
            *(from += 2) = (char)strtol(hex, NULL, 16);
            if (iscntrl((unsigned char)*from)) return -1;
        }
    }
    *to = 0;
    for (part = path; (part = strstr(part, "/..")) != NULL; part += 3)
        if (part[3] == '/' || !part[3]) return -1;
    return *path == '/' ? 0 : -1;
}

/* Reads on in the file, behind what is in the output. Returns -1 when the file is too short now. */
static int refill(struct client *c) {
    char *room = realloc(c->out, c->len + CHUNK);
    ssize_t n;
    if (!room) return -1;
    c->out = room;
    n = read(c->file, room + c->len, c->left < CHUNK ? (size_t)c->left : CHUNK);
    if (n <= 0) return -1;
    c->len += (size_t)n;
    c->left -= n;
    return 0;
}

static void serve_path(struct client *c, char *url) {
    char path[MAX_REQUEST + 512];
    struct stat st;
    int fd;
    if (decode_path(url)) {
        error_page(c, "400 Bad Request", "");
        return;
    }
    snprintf(path, sizeof path, "%s%s", root, url);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        size_t len = strlen(path);
        if (path[len - 1] != '/') { /* links in the listing are relative to the folder */
            redirect(c, url);
            return;
        }
        snprintf(path + len, sizeof path - len, "index.html");
        if (stat(path, &st)) {
            path[len] = 0;
            list_folder(c, path, url);
            return;
        }
    }
    fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
        int gone = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
        if (fd >= 0) close(fd);
        error_page(c, gone ? "404 Not Found" : "403 Forbidden", "");
        return;
    }
    answer(c, "200 OK", mime_type(path), (long long)st.st_size, "", NULL);
    c->file = fd;
    c->left = c->head ? 0 : st.st_size;
    /* The first piece goes out together with the header. If it cannot be read, the promised length
       is not kept, and do_write ends the connection. */
    if (c->left && c->out) refill(c);
}

/* The value of a header line, or NULL; the request has its lines ended by NUL already. */
static const char *find_header(const char *line, const char *end, const char *name) {
    size_t len = strlen(name);
    for (; line < end; line += strlen(line) + 1)
        if (!strncasecmp(line, name, len) && line[len] == ':')
            return line + len + 1 + strspn(line + len + 1, " \t");
    return NULL;
}

/* Answers the request in c->request[0..size), a whole one with its empty line. */
static void handle_request(struct client *c, size_t size) {
    char *end = c->request + size, *p, *method = c->request, *url, *version;
    c->answering = 1;
    c->keep = c->head = 0;
    *end = 0;
    for (p = c->request; p < end; p++) {
        if (*p == '\r' || *p == '\n') *p = 0;
        else if (iscntrl((unsigned char)*p)) *p = ' ';
    }
    url = strchr(method, ' ');
    version = url ? strchr(url + 1, ' ') : NULL;
    if (!version || strncmp(version + 1, "HTTP/1.", 7)) {
        error_page(c, "400 Bad Request", "");
    } else {
        const char *headers = method + strlen(method) + 1;
        const char *connection = find_header(headers, end, "Connection");
        *url++ = 0;
        *version++ = 0;
        c->keep = strcmp(version, "HTTP/1.0") ? !connection || strcasecmp(connection, "close")
                                              : connection && !strcasecmp(connection, "keep-alive");
        if (find_header(headers, end, "Content-Length") ||
            find_header(headers, end, "Transfer-Encoding"))
            c->keep = 0; /* a body is not read, so what follows is not a request */
        c->head = !strcmp(method, "HEAD");
        if (c->head || !strcmp(method, "GET")) serve_path(c, url);
        else error_page(c, "405 Method Not Allowed", "Allow: GET, HEAD\r\n");
    }
    fprintf(stderr, "%s \"%s %s\" %.3s\n", c->peer, method, version ? url : "-",
            c->out ? c->out + 9 : "-");
}

/* The length of the first whole request in the buffer, or 0. */
static size_t request_end(const struct client *c) {
    const char *p;
    for (p = c->request; (p = strchr(p, '\n')) != NULL; p++) {
        if (p[1] == '\n') return (size_t)(p + 2 - c->request);
        if (p[1] == '\r' && p[2] == '\n') return (size_t)(p + 3 - c->request);
    }
    return 0;
}

/* Starts on the next request if a whole one is there. What follows it stays for later. */
static void next_request(struct client *c) {
    char rest[MAX_REQUEST];
    size_t size = request_end(c), more = c->got - size;
    if (size) {
        memcpy(rest, c->request + size, more);
        handle_request(c, size);
        memcpy(c->request, rest, more);
        c->request[c->got = more] = 0;
    } else if (c->got == MAX_REQUEST) {
        c->answering = 1;
        c->keep = c->head = 0;
        error_page(c, "431 Request Header Fields Too Large", "");
    }
}

static int try_later(void) { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

/* Returns -1 when the connection is over. */
static int do_read(struct client *c) {
    ssize_t n = recv(c->fd, c->request + c->got, MAX_REQUEST - c->got, 0);
    if (n <= 0) return n < 0 && try_later() ? 0 : -1;
    c->active = time(NULL);
    c->request[c->got += (size_t)n] = 0;
    next_request(c);
    return 0;
}

/* Returns -1 when the connection is over. */
static int do_write(struct client *c) {
    if (!c->out) return -1;
    for (;;) {
        ssize_t n;
        if (c->sent == c->len) {
            if (c->left == 0) break;
            c->len = c->sent = 0;
            if (refill(c)) return -1;
        }
        n = send(c->fd, c->out + c->sent, c->len - c->sent, 0);
        if (n < 0) return try_later() ? 0 : -1;
        c->sent += (size_t)n;
        c->active = time(NULL);
    }
    if (c->file >= 0) close(c->file);
    c->file = -1;
    if (!c->keep) return -1;
    c->answering = 0;
    next_request(c);
    return 0;
}

static void drop(int slot) {
    struct client *c = clients[slot];
    if (c->file >= 0) close(c->file);
    close(c->fd);
    free(c->out);
    free(c);
    clients[slot] = NULL;
}

static void do_accept(int listener) {
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    int slot, fd = accept(listener, (struct sockaddr *)&peer, &len);
    struct client *c;
    if (fd < 0) return;
    for (slot = 0; slot < MAX_CLIENTS && clients[slot]; slot++) {}
    if (slot == MAX_CLIENTS || fd >= FD_SETSIZE || !(c = calloc(1, sizeof *c))) {
        close(fd);
        return;
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    c->fd = fd;
    c->file = -1;
    c->active = time(NULL);
    snprintf(c->peer, sizeof c->peer, "%s:%d", inet_ntoa(peer.sin_addr), ntohs(peer.sin_port));
    clients[slot] = c;
}

static int open_listener(const char *address, int port) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    socklen_t len = sizeof name;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (!inet_aton(address, &name.sin_addr)) {
        fprintf(stderr, "httpd: %s is not an address\n", address);
        exit(2);
    }
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
        bind(fd, (struct sockaddr *)&name, sizeof name) || listen(fd, 64) ||
        fcntl(fd, F_SETFL, O_NONBLOCK) || getsockname(fd, (struct sockaddr *)&name, &len)) {
        fprintf(stderr, "httpd: %s port %d: %s\n", address, port, strerror(errno));
        exit(1);
    }
    fprintf(stderr, "httpd: listening on http://%s:%d/\n", address, ntohs(name.sin_port));
    return fd;
}

static void serve(int listener) {
    while (!stop) {
        fd_set readable, writable;
        struct timeval wait = {1, 0};
        int i, top = listener;
        time_t now;
        FD_ZERO(&readable);
        FD_ZERO(&writable);
        FD_SET(listener, &readable);
        for (i = 0; i < MAX_CLIENTS; i++) {
            if (!clients[i]) continue;
            FD_SET(clients[i]->fd, clients[i]->answering ? &writable : &readable);
            if (clients[i]->fd > top) top = clients[i]->fd;
        }
        if (select(top + 1, &readable, &writable, NULL, &wait) < 0) {
            if (errno == EINTR) continue;
            perror("httpd: select");
            return;
        }
        now = time(NULL);
        for (i = 0; i < MAX_CLIENTS; i++) {
            struct client *c = clients[i];
            int over = 0;
            if (!c) continue;
            if (FD_ISSET(c->fd, &readable)) over = do_read(c);
            if (!over && c->answering) over = do_write(c);
            if (over || now - c->active > idle_seconds) drop(i);
        }
        if (FD_ISSET(listener, &readable)) do_accept(listener);
    }
}

int main(int argc, char **argv) {
    const char *address = "127.0.0.1";
    int option, port = 8080;
    while ((option = getopt(argc, argv, "a:p:t:")) != -1) {
        if (option == 'a') address = optarg;
        else if (option == 'p') port = atoi(optarg);
        else if (option == 't') idle_seconds = atoi(optarg);
        else {
            fprintf(stderr, "usage: %s [-a address] [-p port] [-t seconds] [folder]\n", argv[0]);
            return 2;
        }
    }
    if (optind < argc) root = argv[optind];
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    serve(open_listener(address, port));
    return 0;
}
