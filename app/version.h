/* The program's version: a manifest names the one that made a picture, because another
 * may round otherwise. */
#ifndef APP_VERSION_H
#define APP_VERSION_H

#define STYLEGRAD_VERSION "0.1.0"

#endif
