/* The checks by macro are for C; Swift sees the functions below, whose types are fixed. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <signal.h>

/* Swift cannot call functions that take any number of arguments, so each type of argument has its own. */

typedef size_t (*uptake_curl_writer)(char *bytes, size_t size, size_t count, void *context);

/* A connection that breaks is an error to be told and never the program's end: older versions write to TLS without saying that no signal is wanted. */
static inline CURLcode uptake_curl_start(void) {
    signal(SIGPIPE, SIG_IGN);
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

static inline CURLcode uptake_curl_set_text(CURL *handle, CURLoption option, const char *text) {
    return curl_easy_setopt(handle, option, text);
}

static inline CURLcode uptake_curl_set_number(CURL *handle, CURLoption option, long number) {
    return curl_easy_setopt(handle, option, number);
}

static inline CURLcode uptake_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
    return curl_easy_setopt(handle, option, list);
}

static inline CURLcode uptake_curl_set_pointer(CURL *handle, CURLoption option, void *pointer) {
    return curl_easy_setopt(handle, option, pointer);
}

static inline CURLcode uptake_curl_set_address(CURL *handle, CURLU *address) {
    return curl_easy_setopt(handle, CURLOPT_CURLU, address);
}

static inline CURLcode uptake_curl_set_writer(CURL *handle, uptake_curl_writer writer, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, writer);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_WRITEDATA, context) : code;
}

/* A later option takes names and the older one bits; the older is deprecated where the later is known. */
static inline CURLcode uptake_curl_set_protocols(CURL *handle, int is_http_allowed) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, is_http_allowed ? "http,https" : "https");
#else
    return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(is_http_allowed ? CURLPROTO_HTTP | CURLPROTO_HTTPS : CURLPROTO_HTTPS));
#endif
}

static inline CURLcode uptake_curl_set_mail_protocols(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
#else
    return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_SMTP | CURLPROTO_SMTPS));
#endif
}

/* TLS 1.2 at least, and a certificate for the very name that was asked. The authorities are a PEM file, in the place of the system's; NULL for those. */
static inline CURLcode uptake_curl_set_trust(CURL *handle, const char *authorities) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    if (code == CURLE_OK && authorities) {
        code = curl_easy_setopt(handle, CURLOPT_CAINFO, authorities);
        if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_CAPATH, NULL);
    }
    return code;
}

static inline CURLcode uptake_curl_set_mime(CURL *handle, curl_mime *mime) {
    return curl_easy_setopt(handle, CURLOPT_MIMEPOST, mime);
}

/* What is said on the connection, in both directions. */
static inline CURLcode uptake_curl_set_listener(CURL *handle, curl_debug_callback listener, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, listener);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_DEBUGDATA, context);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L) : code;
}

/* Asked about once in a second whether to go on; anything but 0 ends the transfer. */
static inline CURLcode uptake_curl_set_watch(CURL *handle, curl_xferinfo_callback watch, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, watch);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L) : code;
}

static inline CURLcode uptake_curl_status(CURL *handle, long *status) {
    return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, status);
}

/* How many bytes of requests were given to the connection. */
static inline CURLcode uptake_curl_sent(CURL *handle, long *bytes) {
    return curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, bytes);
}

/* The text is the handle's and ends with it or with its next transfer; NULL when the server sent none. */
static inline CURLcode uptake_curl_content_type(CURL *handle, char **text) {
    return curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, text);
}

static inline CURLcode uptake_curl_redirect(CURL *handle, char **text) {
    return curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, text);
}

/* NULL unless the text is an absolute URL without a user's name; freed by curl_url_cleanup. */
static inline CURLU *uptake_curl_address(const char *text) {
    CURLU *address = curl_url();
    if (address && curl_url_set(address, CURLUPART_URL, text, CURLU_DISALLOW_USER) != CURLUE_OK) {
        curl_url_cleanup(address);
        return NULL;
    }
    return address;
}

/* NULL when the address has no such part; freed by curl_free. */
static inline char *uptake_curl_part(CURLU *address, CURLUPart part) {
    char *text = NULL;
    return curl_url_get(address, part, &text, 0) == CURLUE_OK ? text : NULL;
}
