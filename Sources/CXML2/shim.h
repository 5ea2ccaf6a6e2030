#include <libxml/xmlversion.h>
/* Debian's libxml2 is built with ICU, whose headers are not those of Foundation's ICU. Nothing here touches the
   one structure that has ICU's fields, the handler of an encoding. */
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/dict.h>
