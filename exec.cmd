@rem The npm scripts start with "exec", so that a POSIX shell makes room for the program and signals reach it. Windows knows no such word.
@%*
