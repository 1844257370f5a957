// Every option is also an environment variable and a key of the TOML file given by --config: the command line wins over
// the environment, and the environment over the file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
struct ConfigItem;
}  // namespace CLI

namespace removr::app {

// "--save-mask" -> "REMOVR_SAVE_MASK".
std::string EnvironmentName(const std::string& option);

// Gives each option of the program and of all its commands its environment variable. Call after the last AddX.
void BindEnvironment(CLI::App& program);

// Reads the TOML file and sets the environment variable of each key that has none yet, so that parsing sees it. A key
// is an option's long name, with - or _; under [COMMAND] it counts for that command alone, and `command` is the one
// being run. The keys aws_access_key_id, aws_secret_access_key and aws_session_token are no options: they set Amazon's
// environment variables of these names, where AWS_ACCESS_KEY_ID is not set; and smtp_password REMOVR_SMTP_PASSWORD.
// kBadRequest where the file cannot be read, is not TOML, or has a key that no command knows.
Status LoadConfigFile(const CLI::App& program, const std::string& path, const std::string& command);

// The table whose keys are no options: plans.h reads it.
inline constexpr std::string_view kPlansTable = "plans";

// The items of a TOML file. kBadRequest where it cannot be read or is not TOML.
Result<std::vector<CLI::ConfigItem>> ReadToml(const std::string& path);

// The value of --config among the arguments, else REMOVR_CONFIG, else "". Looked up before the program parses them.
std::string FindConfigPath(int argc, const char* const* argv);

}  // namespace removr::app
