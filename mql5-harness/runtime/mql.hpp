/// The MQL5 language and the functions on mql5-harness/manifest.json, as far as our programs use them.
/// Everything that a translated program may call is declared here or in the headers below; nothing of POSIX is.
#pragma once
#pragma GCC system_header
#include "mql-string.hpp"
#include "mql-array.hpp"
#include "mql-types.hpp"
#include "mql-constants.hpp"
#include "mql-functions.hpp"
#include "mql-program.hpp"
