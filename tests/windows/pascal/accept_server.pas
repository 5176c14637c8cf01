{ A server of the old kind: takes connections with WSAAccept, reads them through a completion port, echoes, and
  waits for ever for clients that are long gone. It never asks for keepalive.

  Says `listening PORT`, `accepted`, `received N`, and `gone ERROR` when GetQueuedCompletionStatus fails. }
program accept_server;

{$mode delphi}

uses
  windows, winsock2;

type
  PConnection = ^TConnection;
  TConnection = record
    Overlapped: TOverlapped;
    Socket: TSocket;
    Buffer: array[0..4095] of Byte;
    Block: WSABUF;
  end;

{ The unit winsock2 hands the address over by value. }
function WSAAccept(Listener: TSocket; Peer: PSockAddr; Size: PLongInt; Condition: Pointer; Context: PtrUInt): TSocket;
  stdcall; external 'ws2_32.dll' name 'WSAAccept';

var
  Port: THandle;

procedure Check(Worked: Boolean; const Call: string);
begin
  if Worked then
    Exit;
  WriteLn(Call, ' failed ', WSAGetLastError);
  Flush(Output);
  Halt(1);
end;

procedure Say(const Line: string; Number: Int64);
begin
  WriteLn(Line, ' ', Number);
  Flush(Output);
end;

procedure Receive(Connection: PConnection);
var
  Got, Flags: DWORD;
begin
  Flags := 0;
  FillChar(Connection^.Overlapped, SizeOf(Connection^.Overlapped), 0);
  Connection^.Block.len := SizeOf(Connection^.Buffer);
  Connection^.Block.buf := @Connection^.Buffer;
  if WSARecv(Connection^.Socket, @Connection^.Block, 1, Got, Flags, LPWSAOVERLAPPED(@Connection^.Overlapped), nil) <> 0 then
    Check(WSAGetLastError = ERROR_IO_PENDING, 'WSARecv');
end;

function Work(Unused: Pointer): DWORD; stdcall;
var
  Size: DWORD;
  Key: ULONG_PTR;
  Done: POverlapped;
  Connection: PConnection;
  Worked: Boolean;
begin
  Result := 0;
  while True do
  begin
    Done := nil;
    Worked := GetQueuedCompletionStatus(Port, Size, Key, Done, INFINITE);
    Connection := PConnection(Done);
    if not Worked then
      Say('gone', GetLastError)
    else if Size = 0 then
      Say('closed', 0)
    else
    begin
      Say('received', Size);
      send(Connection^.Socket, Connection^.Buffer, Size, 0);
      Receive(Connection);
      Continue;
    end;
    closesocket(Connection^.Socket);
    Dispose(Connection);
  end;
end;

procedure Serve(Listener: TSocket);
var
  Connection: PConnection;
  Accepted: TSocket;
  Peer: TSockAddrIn;
  Size: LongInt;
begin
  while True do
  begin
    Size := SizeOf(Peer);
    Accepted := WSAAccept(Listener, @Peer, @Size, nil, 0);
    Check(Accepted <> INVALID_SOCKET, 'WSAAccept');
    New(Connection);
    Connection^.Socket := Accepted;
    CreateIoCompletionPort(Accepted, Port, 0, 0);
    Receive(Connection);
    Say('accepted', 0);
  end;
end;

var
  Data: TWSAData;
  Listener: TSocket;
  Name: TSockAddrIn;
  Size: LongInt;
  Thread: DWORD;
begin
  Check(WSAStartup($0202, Data) = 0, 'WSAStartup');
  Port := CreateIoCompletionPort(INVALID_HANDLE_VALUE, 0, 0, 0);
  Listener := WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, nil, 0, WSA_FLAG_OVERLAPPED);
  Check(Listener <> INVALID_SOCKET, 'WSASocket');
  FillChar(Name, SizeOf(Name), 0);
  Name.sin_family := AF_INET;
  Size := SizeOf(Name);
  Check(bind(Listener, PSockAddr(@Name), Size) = 0, 'bind');
  Check(listen(Listener, SOMAXCONN) = 0, 'listen');
  Check(getsockname(Listener, PSockAddr(@Name)^, Size) = 0, 'getsockname');
  CreateThread(nil, 0, @Work, nil, 0, Thread);
  Say('listening', ntohs(Name.sin_port));
  Serve(Listener);
end.
