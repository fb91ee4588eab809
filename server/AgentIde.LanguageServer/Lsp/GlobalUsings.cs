global using Range = AgentIde.LanguageServer.Lsp.Protocol.Range;
