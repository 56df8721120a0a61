#pragma once

// The one door to QuickFIX. Its headers declare dynamic exception specifications, which C++17 removed; as
// system headers they pass, but whoever overrides must repeat them, so the rest of the including file is
// compiled without that diagnostic. A callback that throws anything else ends the process: all of ours catch.

#pragma clang diagnostic ignored "-Wdynamic-exception-spec"

#include <quickfix/Application.h>
#include <quickfix/DataDictionary.h>
#include <quickfix/DataDictionaryProvider.h>
#include <quickfix/Log.h>
#include <quickfix/Message.h>
#include <quickfix/MessageStore.h>
#include <quickfix/Responder.h>
#include <quickfix/Session.h>
#include <quickfix/SessionID.h>
