// The commands of the binary. Each lives in the file of its name, reads its options and wires the wings together; what
// it decides beyond that lies in a file of its own.
#pragma once

namespace CLI {
class App;
}

namespace removr::app {

// What the program exits with (cli.md).
enum ExitStatus : int {
  kAllDone = 0,
  kSomeFailed = 1,  // some input failed, the others are done
  kWrongUse = 2,
  kInterrupted = 130,  // as shells name an end by SIGINT
};

// Each adds one command to the program. When the user chose it, parsing runs it and leaves its exit status in `status`,
// which must outlive the program.
void AddClean(CLI::App& program, int& status);
void AddDetect(CLI::App& program, int& status);
void AddVerify(CLI::App& program, int& status);
void AddServe(CLI::App& program, int& status);
void AddWorker(CLI::App& program, int& status);
void AddEngineHost(CLI::App& program, int& status);    // hidden: what a worker starts
void AddTemplateHost(CLI::App& program, int& status);  // hidden: what a server starts for a template
void AddAccount(CLI::App& program, int& status);
void AddKey(CLI::App& program, int& status);
void AddBackup(CLI::App& program, int& status);
void AddRestore(CLI::App& program, int& status);
void AddVersion(CLI::App& program, int& status);

}  // namespace removr::app
